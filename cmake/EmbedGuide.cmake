# cmake -DFILE=… -DOUT=… -P EmbedGuide.cmake: docs/guide.md as a C++ function. A literal may have 65,536 characters, so
# each chapter is one of its own.
file(READ "${FILE}" text)
string(REPLACE "\n## " ")guide\"\nR\"guide(\n## " text "${text}")
file(WRITE "${OUT}" "// Generated from docs/guide.md.\n#include \"manual/guide.h\"\n\nnamespace infra {\n\nstd::string_view guide() {\n  return R\"guide(${text})guide\";\n}\n\n}  // namespace infra\n")
