// The program in the tests' images: a web server in one static file that does as its arguments and environment say.
//   (nothing)          serve on $PORT (8080): GET / answers $TEXT (then $HOSTNAME), GET /healthz "ok" or, once it is
//                      unhealthy, 503; GET /env/NAME a variable; GET /fetch/HOST:PORT/PATH what that answers
//   check URL          exit 0 if http://HOST:PORT/PATH answers 200 ("/healthz": on 127.0.0.1:$PORT)
//   get URL            print the body of what answers, exit 0 if it is 200
//   exit CODE          print $TEXT to stderr and end at once
//   copy               what comes in goes out
//   size               print the rows and columns of the terminal, or "no terminal"
// EXIT_AFTER=seconds ends the server with $EXIT_CODE (1); UNHEALTHY_AFTER=seconds makes it unhealthy;
// START_DELAY=seconds keeps it from listening at first. Written against the C library alone, so that it is small when
// linked statically.
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

namespace {

const char* setting(const char* name, const char* fallback) {
  const char* value = getenv(name);
  return value != nullptr ? value : fallback;
}
int number(const char* name, int fallback) { return atoi(setting(name, "")) > 0 ? atoi(getenv(name)) : fallback; }

time_t started = 0;
bool unhealthy() {
  const int after = number("UNHEALTHY_AFTER", 0);
  return setting("UNHEALTHY", "")[0] != '\0' || (after > 0 && time(nullptr) - started >= after);
}

void send_all(int to, const char* text) {
  for (size_t left = strlen(text); left > 0;) {
    const ssize_t n = write(to, text, left);
    if (n <= 0) return;
    text += n;
    left -= static_cast<size_t>(n);
  }
}

void reply(int to, int status, const char* body) {
  char head[256];
  snprintf(head, sizeof head,
           "HTTP/1.1 %d %s\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", status,
           status == 200 ? "OK" : "Error", strlen(body));
  send_all(to, head);
  send_all(to, body);
}

// The first one of /etc/resolv.conf.
in_addr name_server() {
  in_addr out = {};
  FILE* file = fopen("/etc/resolv.conf", "r");
  char line[256], address[64];
  while (file != nullptr && fgets(line, sizeof line, file) != nullptr) {
    if (sscanf(line, "nameserver %63s", address) == 1 && inet_pton(AF_INET, address, &out) == 1) break;
  }
  if (file != nullptr) fclose(file);
  return out;
}

// An engine's embedded name server is asked with one UDP question: a static program can't use the C library's resolver.
bool lookup(const char* name, in_addr* out) {
  if (inet_pton(AF_INET, name, out) == 1) return true;
  unsigned char question[512] = {0x1f, 0x2e, 1, 0, 0, 1};
  size_t size = 12;
  for (const char* label = name; *label != '\0';) {
    const size_t length = strcspn(label, ".");
    if (length == 0 || length > 63 || size + length > 400) return false;
    question[size++] = static_cast<unsigned char>(length);
    memcpy(question + size, label, length);
    size += length;
    label += length + (label[length] == '.' ? 1 : 0);
  }
  const unsigned char tail[] = {0, 0, 1, 0, 1};
  memcpy(question + size, tail, sizeof tail);
  size += sizeof tail;
  sockaddr_in server = {};
  server.sin_family = AF_INET;
  server.sin_port = htons(53);
  server.sin_addr = name_server();
  const int ask = socket(AF_INET, SOCK_DGRAM, 0);
  timeval patience = {2, 0};
  setsockopt(ask, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sendto(ask, question, size, 0, reinterpret_cast<sockaddr*>(&server), sizeof server);
  unsigned char answer[512];
  const ssize_t got = recv(ask, answer, sizeof answer, 0);
  close(ask);
  // The address is the last four bytes of the last answer; its name may or may not be compressed.
  if (got < static_cast<ssize_t>(size) + 16 || (answer[6] << 8 | answer[7]) == 0) return false;
  memcpy(out, answer + got - 4, 4);
  return true;
}

// The status of http://HOST:PORT/PATH and its body; 0 if it can't be reached.
int fetch(const char* url, char* body, size_t room) {
  if (strncmp(url, "http://", 7) == 0) url += 7;
  char host[256] = "127.0.0.1";
  int port = number("PORT", 8080);
  const char* path = strchr(url, '/');
  if (path == nullptr) path = "/";
  if (url[0] != '/') {
    snprintf(host, sizeof host, "%.*s", static_cast<int>(strcspn(url, "/")), url);
    char* colon = strchr(host, ':');
    port = colon != nullptr ? atoi(colon + 1) : 80;
    if (colon != nullptr) *colon = '\0';
  }
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(port));
  if (!lookup(host, &to.sin_addr)) return 0;
  const int link = socket(AF_INET, SOCK_STREAM, 0);
  timeval patience = {3, 0};
  setsockopt(link, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(link, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (connect(link, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) return close(link), 0;
  char request[640];
  snprintf(request, sizeof request, "GET %.300s HTTP/1.0\r\nHost: %s\r\n\r\n", path, host);
  send_all(link, request);
  static char answer[8192];
  size_t got = 0;
  for (ssize_t n = 0; (n = read(link, answer + got, sizeof answer - 1 - got)) > 0;) got += static_cast<size_t>(n);
  close(link);
  answer[got] = '\0';
  const char* blank = strstr(answer, "\r\n\r\n");
  if (body != nullptr) snprintf(body, room, "%s", blank != nullptr ? blank + 4 : "");
  return got > 12 ? atoi(answer + 9) : 0;
}

void answer_path(int to, const char* path) {
  static char body[4096];
  if (strcmp(path, "/healthz") == 0) {
    reply(to, unhealthy() ? 503 : 200, unhealthy() ? "unhealthy\n" : "ok\n");
  } else if (strncmp(path, "/env/", 5) == 0) {
    reply(to, getenv(path + 5) != nullptr ? 200 : 404, setting(path + 5, ""));
  } else if (strncmp(path, "/fetch/", 7) == 0) {
    const int status = fetch(path + 7, body, sizeof body);
    reply(to, status == 0 ? 502 : status, body);
  } else if (strcmp(path, "/") == 0) {
    snprintf(body, sizeof body, "%s\n%s\n", setting("TEXT", "hello"), setting("HOSTNAME", ""));
    reply(to, 200, body);
  } else {
    reply(to, 404, "not found\n");
  }
}

void answer(int to) {
  char request[2048];
  const ssize_t n = read(to, request, sizeof request - 1);
  if (n <= 0) return;
  request[n] = '\0';
  char path[1024] = "/";
  if (sscanf(request, "%*s %1023s", path) == 1) answer_path(to, path);
}

int serve() {
  sleep(static_cast<unsigned>(number("START_DELAY", 0)));
  const int port = number("PORT", 8080);
  const int door = socket(AF_INET, SOCK_STREAM, 0);
  const int yes = 1;
  setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in here = {};
  here.sin_family = AF_INET;
  here.sin_port = htons(static_cast<uint16_t>(port));
  if (bind(door, reinterpret_cast<sockaddr*>(&here), sizeof here) != 0 || listen(door, 64) != 0) {
    fprintf(stderr, "can't listen on port %d: %s\n", port, strerror(errno));
    return 1;
  }
  fprintf(stderr, "listening on port %d\n", port);
  for (;;) {
    const int guest = accept(door, nullptr, nullptr);
    if (guest < 0) continue;
    timeval patience = {3, 0};
    setsockopt(guest, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    answer(guest);
    close(guest);
  }
}

int get(const char* url) {
  static char body[4096];
  const bool good = fetch(url, body, sizeof body) == 200;
  return printf("%s", body), good ? 0 : 1;
}

int copy() {
  char buffer[4096];
  for (ssize_t n = 0; (n = read(0, buffer, sizeof buffer)) > 0;) {
    if (write(1, buffer, static_cast<size_t>(n)) != n) return 1;
  }
  return 0;
}

// An engine tells the size a moment after it has begun the command.
int size() {
  winsize found = {};
  for (int turn = 0; turn < 30 && isatty(1) != 0 && found.ws_row == 0; ++turn) {
    ioctl(1, TIOCGWINSZ, &found);
    usleep(100'000);
  }
  if (found.ws_row == 0) return puts("no terminal"), 0;
  return printf("%d rows, %d columns\n", found.ws_row, found.ws_col), 0;
}

[[noreturn]] void end(int) { _exit(0); }
[[noreturn]] void give_up(int) { _exit(number("EXIT_CODE", 1)); }

}  // namespace

int main(int count, char** words) {
  if (count == 3 && strcmp(words[1], "check") == 0) return fetch(words[2], nullptr, 0) == 200 ? 0 : 1;
  if (count == 3 && strcmp(words[1], "exit") == 0) {
    fprintf(stderr, "%s\n", setting("TEXT", "ending"));
    return atoi(words[2]);
  }
  if (count == 3 && strcmp(words[1], "get") == 0) return get(words[2]);
  if (count == 2 && strcmp(words[1], "copy") == 0) return copy();
  if (count == 2 && strcmp(words[1], "size") == 0) return size();
  // As process 1 of a container it would otherwise ignore both.
  signal(SIGTERM, end);
  signal(SIGINT, end);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGALRM, give_up);
  started = time(nullptr);
  alarm(static_cast<unsigned>(number("EXIT_AFTER", 0)));
  return serve();
}
