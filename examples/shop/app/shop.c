/* The shop's one program: `shop web`, `shop catalog` and, for the health check, `shop check`.
 * In C and static, so that its image needs nothing else: FROM scratch. */
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { PORT = 8080, TEXT = 4096 };

/* An address, or a name in the network. */
static struct sockaddr_in address_of(const char *host) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_NONE)};
  const struct addrinfo wanted = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
  struct addrinfo *found = NULL;
  if (getaddrinfo(host, NULL, &wanted, &found) == 0) {
    memcpy(&address, found->ai_addr, sizeof address);
    freeaddrinfo(found);
  }
  address.sin_port = htons(PORT);
  return address;
}

/* The body of http://HOST:8080PATH in `body`; 0 on success. */
static int get(const char *host, const char *path, char *body) {
  const struct sockaddr_in address = address_of(host);
  const struct timeval limit = {.tv_sec = 1};
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  char text[TEXT] = "";
  size_t length = 0;
  if (connect(connection, (const struct sockaddr *)&address, sizeof address) == 0) {
    dprintf(connection, "GET %s HTTP/1.0\r\n\r\n", path);
    ssize_t n;
    while (length < TEXT - 1 && (n = read(connection, text + length, TEXT - 1 - length)) > 0) length += (size_t)n;
  }
  close(connection);
  const char *start = strstr(text, "\r\n\r\n");
  /* A load balancer on the way answers with a version of its own. */
  if (strncmp(text, "HTTP/1.", 7) != 0 || strncmp(text + 8, " 200", 4) != 0 || start == NULL) return 1;
  snprintf(body, TEXT, "%s", start + 4);
  return 0;
}

static void catalog_page(char *page) { snprintf(page, TEXT, "tea, coffee, sugar\n"); }

static void web_page(char *page) {
  const char *greeting = getenv("GREETING"), *catalog = getenv("CATALOG");
  char copy[64] = "", goods[TEXT] = "nothing: the catalog doesn't answer\n";
  gethostname(copy, sizeof copy - 1);
  if (catalog != NULL) get(catalog, "/", goods);
  snprintf(page, TEXT, "%s\nOn offer: %.1024sServed by %s\n", greeting != NULL ? greeting : "Hello", goods, copy);
}

static void answer(int connection, void (*page)(char *)) {
  char request[TEXT] = "", body[TEXT] = "ok\n";
  if (read(connection, request, sizeof request - 1) <= 0) return;
  if (strncmp(request, "GET /healthz ", 13) != 0) page(body);
  dprintf(connection, "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body);
}

static int serve(void (*page)(char *)) {
  const struct sockaddr_in any = address_of("0.0.0.0");
  const int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (const struct sockaddr *)&any, sizeof any) != 0 || listen(listener, 64) != 0) {
    perror("port 8080");
    return 1;
  }
  for (;;) {
    const int connection = accept(listener, NULL, NULL);
    if (connection < 0) continue;
    answer(connection, page);
    close(connection);
  }
}

/* The first process of a container ignores SIGTERM unless it says otherwise. */
static void stop(int signal_number) { _exit(signal_number == SIGTERM ? 0 : 1); }

int main(int argc, char **argv) {
  char body[TEXT];
  signal(SIGTERM, stop);
  signal(SIGPIPE, SIG_IGN);
  if (argc == 2 && strcmp(argv[1], "web") == 0) return serve(web_page);
  if (argc == 2 && strcmp(argv[1], "catalog") == 0) return serve(catalog_page);
  if (argc == 2 && strcmp(argv[1], "check") == 0) return get("127.0.0.1", "/healthz", body);
  fprintf(stderr, "usage: shop web|catalog|check\n");
  return 2;
}
