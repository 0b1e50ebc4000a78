// Chapter 9 · daemon: services are Windows'. Read service.h first.
#include "chapters/ch09_daemon/service.h"

namespace proclab::daemon {
namespace {

Error none() {
  return make_error("service", std::errc::not_supported, "only Windows has a service manager");
}

}  // namespace

Result<void> install_service(const std::string&, const std::string&,
                             const std::vector<std::string>&) {
  return none();
}
Result<void> remove_service(const std::string&) { return none(); }
Result<void> start_service(const std::string&, Deadline) { return none(); }
Result<void> control_service(const std::string&, Request, Deadline) { return none(); }
Result<Pid> service_process(const std::string&) { return none(); }
Result<int> run_as_service(const std::function<int()>&) { return none(); }

}  // namespace proclab::daemon
