// The program of the pause container: it holds a task's network and the memory that its secret files are in, and does
// nothing else. Freestanding, without a C library: some kilobytes, for every Linux of its architecture.
//
//   pause             writes the files that /seed describes, says "ready", and waits for ever
//   pause wipe DIR    removes all that is in DIR
//   pause remove DIR  removes DIR with all that is in it
//   pause probe SIZE MILLISECONDS ADDRESS…
//                     exchanges UDP packets of SIZE bytes, and small ones, with others of itself at these IPv4 addresses
//                     until all hear each other or the time is over, and says of each what was heard of it:
//                     "ADDRESS full", "ADDRESS small" or "ADDRESS none"
//
// /seed is a sequence of "MODE UID GID SIZE PATH\n" (mode in octal) and SIZE bytes each. An engine starts this program
// again after a reboot, when the memory is empty, so the files are there again without anybody's help.
// Ends with 1 if something can't be written or removed. It has no signal handlers: engines end it with SIGKILL.
namespace {

using Word = long;

#if defined(__x86_64__)
constexpr Word kRead = 0, kWrite = 1, kClose = 3, kFchmod = 91, kFchown = 93, kGetdents = 217, kOpenat = 257,
               kMkdirat = 258, kUnlinkat = 263, kPpoll = 271, kExit = 231, kSocket = 41, kBind = 49, kSendto = 44,
               kRecvfrom = 45, kClock = 228;
constexpr Word kDirectory = 0200000;
Word call(Word number, Word a = 0, Word b = 0, Word c = 0, Word d = 0, Word e = 0, Word f = 0) {
  Word out;
  register Word fourth asm("r10") = d;
  register Word fifth asm("r8") = e;
  register Word sixth asm("r9") = f;
  asm volatile("syscall"
               : "=a"(out)
               : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth), "r"(sixth)
               : "rcx", "r11", "memory");
  return out;
}
asm(".globl _start\n_start: mov %rsp, %rdi\n and $-16, %rsp\n call pause_main\n");
#elif defined(__aarch64__)
constexpr Word kRead = 63, kWrite = 64, kClose = 57, kFchmod = 52, kFchown = 55, kGetdents = 61, kOpenat = 56,
               kMkdirat = 34, kUnlinkat = 35, kPpoll = 73, kExit = 94, kSocket = 198, kBind = 200, kSendto = 206,
               kRecvfrom = 207, kClock = 113;
constexpr Word kDirectory = 040000;
Word call(Word number, Word a = 0, Word b = 0, Word c = 0, Word d = 0, Word e = 0, Word f = 0) {
  register Word x8 asm("x8") = number;
  register Word x0 asm("x0") = a;
  register Word x1 asm("x1") = b;
  register Word x2 asm("x2") = c;
  register Word x3 asm("x3") = d;
  register Word x4 asm("x4") = e;
  register Word x5 asm("x5") = f;
  asm volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
}
asm(".globl _start\n_start: mov x0, sp\n bl pause_main\n");
#else
#error "no pause program for this architecture"
#endif

constexpr Word kHere = -100;  // AT_FDCWD
constexpr Word kCreate = 01101;  // O_WRONLY | O_CREAT | O_TRUNC
constexpr Word kRemoveFolder = 0x200;
constexpr Word kIsFolder = -21, kNotPermitted = -1, kIsGone = -2;

char piece[4096];
Word filled = 0, taken = 0, seed = -1;

[[noreturn]] void end(Word code) {
  for (;;) call(kExit, code);
}

bool more() {
  if (taken < filled) return true;
  filled = call(kRead, seed, reinterpret_cast<Word>(piece), sizeof piece);
  taken = 0;
  if (filled < 0) end(1);
  return filled > 0;
}

// Up to the next blank; -1 where there is none.
Word number(Word base) {
  Word out = 0;
  for (bool any = false; more(); any = true) {
    const char c = piece[taken++];
    if (c == ' ' && any) return out;
    if (c < '0' || c >= '0' + base) return -1;
    out = out * base + (c - '0');
  }
  return -1;
}

char path[4096];

bool read_path() {
  for (Word at = 0; at + 1 < static_cast<Word>(sizeof path) && more(); ++at) {
    const char c = piece[taken++];
    path[at] = c == '\n' ? '\0' : c;
    if (c == '\n') return at > 0;
  }
  return false;
}

void make_folders() {
  for (char* at = path + 1; *at != '\0'; ++at) {
    if (*at != '/') continue;
    *at = '\0';
    call(kMkdirat, kHere, reinterpret_cast<Word>(path), 0755);  // the file can't be opened if this failed
    *at = '/';
  }
}

void write_all(Word file, const char* bytes, Word size) {
  while (size > 0) {
    const Word done = call(kWrite, file, reinterpret_cast<Word>(bytes), size);
    if (done <= 0) end(1);
    bytes += done;
    size -= done;
  }
}

void write_files() {
  seed = call(kOpenat, kHere, reinterpret_cast<Word>("/seed"), 0);
  if (seed < 0) return;  // a task without secret files
  while (more()) {
    const Word mode = number(8), user = number(10), group = number(10);
    Word left = number(10);
    if (mode < 0 || user < 0 || group < 0 || left < 0 || !read_path()) end(1);
    make_folders();
    const Word file = call(kOpenat, kHere, reinterpret_cast<Word>(path), kCreate, 0600);
    if (file < 0) end(1);
    while (left > 0) {
      if (!more()) end(1);
      const Word size = filled - taken < left ? filled - taken : left;
      write_all(file, piece + taken, size);
      taken += size;
      left -= size;
    }
    if (call(kFchown, file, user, group) < 0 || call(kFchmod, file, mode) < 0) end(1);
    call(kClose, file);
  }
  call(kClose, seed);
}

// A folder of the kernel's list: inode, offset (8 bytes each), length (2), type (1), name.
bool is_dots(const char* name) { return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0')); }

void wipe(Word folder);

// Removes what one look at the folder shows; false if it shows nothing.
bool wipe_some(Word folder) {
  char entries[2048];
  bool any = false;
  const Word size = call(kGetdents, folder, reinterpret_cast<Word>(entries), sizeof entries);
  if (size < 0) end(1);
  for (Word at = 0; at < size;) {
    const char* name = entries + at + 19;
    at += *reinterpret_cast<const unsigned short*>(entries + at + 16);
    if (is_dots(name)) continue;
    any = true;
    const Word gone = call(kUnlinkat, folder, reinterpret_cast<Word>(name), 0);
    if (gone >= 0) continue;
    if (gone != kIsFolder && gone != kNotPermitted) end(1);
    const Word inner = call(kOpenat, folder, reinterpret_cast<Word>(name), kDirectory);
    if (inner < 0) end(1);
    wipe(inner);
    call(kClose, inner);
    if (call(kUnlinkat, folder, reinterpret_cast<Word>(name), kRemoveFolder) < 0) end(1);
  }
  return any || size > 0;
}

void wipe(Word folder) {
  while (wipe_some(folder)) {
  }
}

void wipe_folder(const char* name) {
  const Word folder = call(kOpenat, kHere, reinterpret_cast<Word>(name), kDirectory);
  if (folder == kIsGone) end(0);
  if (folder < 0) end(1);
  wipe(folder);
}

// --- probe -------------------------------------------------------------------------------------------------------

constexpr Word kEvery = 100;      // milliseconds between two rounds
constexpr int kFarewells = 3;     // rounds for those who haven't heard yet that they were heard
constexpr int kMostPeers = 256;
constexpr Word kSmall = 16;
constexpr unsigned short kPort = 0x0f27;  // 9999, in the order of the network

struct SocketAddress {
  unsigned short family, port;
  unsigned address;
  Word none;
};
struct Time {
  Word seconds, nanoseconds;
};
struct Waiting {
  int file;
  short events, happened;
};
struct Peer {
  const char* name;
  unsigned address;
  bool small, full;  // heard of it
  bool knows;        // it has heard us in full
};

Peer peers[kMostPeers];
int count = 0;
char packet[65536];

Word now() {
  Time time;
  call(kClock, 1, reinterpret_cast<Word>(&time));
  return time.seconds * 1000 + time.nanoseconds / 1000000;
}

Word decimal(const char*& text) {
  Word out = 0;
  while (*text >= '0' && *text <= '9') out = out * 10 + (*text++ - '0');
  return out;
}

unsigned address_of(const char* text) {
  unsigned out = 0;
  for (int part = 0; part < 4; ++part) {
    out |= static_cast<unsigned>(decimal(text) & 255) << (8 * part);
    if (*text == '.') ++text;
  }
  return out;
}

void send_round(Word socket, Word size) {
  for (int i = 0; i < count; ++i) {
    SocketAddress to;
    to.family = 2;
    to.port = kPort;
    to.address = peers[i].address;
    to.none = 0;
    packet[0] = 'P';
    packet[1] = peers[i].full ? 1 : 0;
    call(kSendto, socket, reinterpret_cast<Word>(packet), kSmall, 0, reinterpret_cast<Word>(&to), sizeof to);
    call(kSendto, socket, reinterpret_cast<Word>(packet), size, 0, reinterpret_cast<Word>(&to), sizeof to);
  }
}

void hear(Word socket, Word size) {
  SocketAddress from;
  unsigned length = sizeof from;
  static char heard[65536];
  const Word got = call(kRecvfrom, socket, reinterpret_cast<Word>(heard), sizeof heard, 0,
                        reinterpret_cast<Word>(&from), reinterpret_cast<Word>(&length));
  if (got < kSmall || heard[0] != 'P') return;
  for (int i = 0; i < count; ++i) {
    if (peers[i].address != from.address) continue;
    peers[i].small = true;
    peers[i].full = peers[i].full || got >= size;
    peers[i].knows = peers[i].knows || heard[1] != 0;
  }
}

void hear_until(Word socket, Word size, Word until) {
  for (Word left = until - now(); left > 0; left = until - now()) {
    Waiting waiting;
    waiting.file = static_cast<int>(socket);
    waiting.events = 1;
    waiting.happened = 0;
    Time time;
    time.seconds = left / 1000;
    time.nanoseconds = left % 1000 * 1000000;
    if (call(kPpoll, reinterpret_cast<Word>(&waiting), 1, reinterpret_cast<Word>(&time)) > 0) hear(socket, size);
  }
}

bool all_hear() {
  for (int i = 0; i < count; ++i) {
    if (!peers[i].full || !peers[i].knows) return false;
  }
  return true;
}

void say(const char* text) {
  Word size = 0;
  while (text[size] != '\0') ++size;
  write_all(1, text, size);
}

[[noreturn]] void probe(Word arguments, char** texts) {
  const char* text = texts[2];
  const Word size = decimal(text);
  text = texts[3];
  const Word until = now() + decimal(text);
  if (size < kSmall || size > static_cast<Word>(sizeof packet)) end(2);
  for (Word i = 4; i < arguments && count < kMostPeers; ++i) {
    peers[count].name = texts[i];
    peers[count++].address = address_of(texts[i]);
  }
  const Word socket = call(kSocket, 2, 2);
  SocketAddress any;
  any.family = 2;
  any.port = kPort;
  any.address = 0;
  any.none = 0;
  if (socket < 0 || call(kBind, socket, reinterpret_cast<Word>(&any), sizeof any) < 0) end(1);
  for (int farewells = 0; farewells < kFarewells && now() < until;) {
    send_round(socket, size);
    hear_until(socket, size, now() + kEvery);
    if (all_hear()) ++farewells;
  }
  for (int i = 0; i < count; ++i) {
    say(peers[i].name);
    say(peers[i].full ? " full\n" : peers[i].small ? " small\n" : " none\n");
  }
  end(0);
}

bool is(const char* text, const char* wanted) {
  while (*text != '\0' && *text == *wanted) ++text, ++wanted;
  return *text == *wanted;
}

}  // namespace

// The stack as the kernel leaves it: the count of arguments, then the arguments.
extern "C" [[noreturn]] __attribute__((used)) void pause_main(Word* stack) {
  char** arguments = reinterpret_cast<char**>(stack + 1);
  if (stack[0] == 3 && is(arguments[1], "wipe")) {
    wipe_folder(arguments[2]);
    end(0);
  }
  if (stack[0] == 3 && is(arguments[1], "remove")) {
    wipe_folder(arguments[2]);
    end(call(kUnlinkat, kHere, reinterpret_cast<Word>(arguments[2]), kRemoveFolder) < 0 ? 1 : 0);
  }
  if (stack[0] > 4 && is(arguments[1], "probe")) probe(stack[0], arguments);
  write_files();
  write_all(1, "ready\n", 6);
  for (;;) call(kPpoll);
}
