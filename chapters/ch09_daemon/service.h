// Chapter 9 · daemon: Windows' own kind of daemon: a service.
//
// Question: who starts a program when nobody is logged in, watches it, and stops it? On Windows one
// process of the system does, the service control manager; the daemon must speak to it within 30
// seconds, or it is killed. Read notify.h before. Raw calls met: CreateServiceW,
// StartServiceCtrlDispatcherW, RegisterServiceCtrlHandlerExW, SetServiceStatus, StartServiceW,
// ControlService.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "chapters/ch09_daemon/control.h"
#include "platform/clock.h"
#include "platform/result.h"

// POSIX systems leave this to a supervisor, which speaks to its daemons by notify.h, and whose own
// configuration is its own. So each function says not_supported there.
namespace proclab::daemon {

/// Registers a program as a service that is started by hand, and runs as LocalSystem.
/// Errors: file_exists: there is one of that name; permission_denied: not an administrator.
Result<void> install_service(const std::string& name, const std::string& file,
                             const std::vector<std::string>& args);
/// Errors here and below: no_such_file_or_directory: no service of that name; permission_denied.
Result<void> remove_service(const std::string& name);

/// Starts it and waits until it is ready. Errors: device_or_resource_busy: it runs already; its own
/// reason, as Notifier::failed() told it; timed_out.
Result<void> start_service(const std::string& name, Deadline ready_by);
/// Asks it to stop and waits until its process has ended; to reload: only asks.
/// Errors: no_such_process: it does not run; timed_out.
Result<void> control_service(const std::string& name, Request request, Deadline by);
/// The process of a running service; 0: it does not run.
Result<Pid> service_process(const std::string& name);

/// In the service's program: connects it with the manager and runs `serve` on a thread of the
/// manager's library. Within, Notifier::from_environment() gives a Notifier that tells the manager,
/// and Requests hears it: what runs under launch() or a supervisor runs so as well, unchanged.
/// Returns what `serve` does.
/// Errors: not_connected: this process was not started by the manager. Once in a process.
/// Source: MSDN StartServiceCtrlDispatcherW, SetServiceStatus.
Result<int> run_as_service(const std::function<int()>& serve);

}  // namespace proclab::daemon
