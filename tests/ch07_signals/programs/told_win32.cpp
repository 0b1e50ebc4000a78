// tests/ch07 · told: says "ready", waits until its console tells it something, and exits with 10 + the event.
#include <windows.h>

#include <cstdio>

static HANDLE g_told;
static volatile DWORD g_event;

static BOOL WINAPI on_event(DWORD event) {
  g_event = event;
  ::SetEvent(g_told);
  return TRUE;
}

int main() {
  g_told = ::CreateEventW(nullptr, TRUE, FALSE, nullptr);
  ::SetConsoleCtrlHandler(on_event, TRUE);
  std::puts("ready");
  std::fflush(stdout);
  ::WaitForSingleObject(g_told, INFINITE);
  return static_cast<int>(10 + g_event);
}
