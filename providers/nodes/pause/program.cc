// The program of the pause container: it holds a task's network and the memory that its secret files are in, and does
// nothing else. Freestanding, without a C library: some kilobytes, for every Linux of its architecture.
//
//   pause             writes the files that /seed describes, says "ready", and waits for ever
//   pause wipe DIR    removes all that is in DIR
//   pause remove DIR  removes DIR with all that is in it
//
// /seed is a sequence of "MODE UID GID SIZE PATH\n" (mode in octal) and SIZE bytes each. An engine starts this program
// again after a reboot, when the memory is empty, so the files are there again without anybody's help.
// Ends with 1 if something can't be written or removed. It has no signal handlers: engines end it with SIGKILL.
namespace {

using Word = long;

#if defined(__x86_64__)
constexpr Word kRead = 0, kWrite = 1, kClose = 3, kFchmod = 91, kFchown = 93, kGetdents = 217, kOpenat = 257,
               kMkdirat = 258, kUnlinkat = 263, kPpoll = 271, kExit = 231;
constexpr Word kDirectory = 0200000;
Word call(Word number, Word a = 0, Word b = 0, Word c = 0, Word d = 0) {
  Word out;
  register Word fourth asm("r10") = d;
  asm volatile("syscall" : "=a"(out) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth) : "rcx", "r11", "memory");
  return out;
}
asm(".globl _start\n_start: mov %rsp, %rdi\n and $-16, %rsp\n call pause_main\n");
#elif defined(__aarch64__)
constexpr Word kRead = 63, kWrite = 64, kClose = 57, kFchmod = 52, kFchown = 55, kGetdents = 61, kOpenat = 56,
               kMkdirat = 34, kUnlinkat = 35, kPpoll = 73, kExit = 94;
constexpr Word kDirectory = 040000;
Word call(Word number, Word a = 0, Word b = 0, Word c = 0, Word d = 0) {
  register Word x8 asm("x8") = number;
  register Word x0 asm("x0") = a;
  register Word x1 asm("x1") = b;
  register Word x2 asm("x2") = c;
  register Word x3 asm("x3") = d;
  asm volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
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
  write_files();
  write_all(1, "ready\n", 6);
  for (;;) call(kPpoll);
}
