# cmake -DFILES=docs/codes/E*.md -DFUNCTION=all_pages -DOUT=… -P EmbedPages.cmake: texts as a C++ table, each by its file's
# name, so that the program carries them.
file(GLOB pages "${FILES}")
list(SORT pages)
set(code "// Generated from ${FILES}.\n#include \"manual/pages.h\"\n\nnamespace infra {\nnamespace {\n\nconstexpr Page k_${FUNCTION}[] = {\n")
foreach(page IN LISTS pages)
  get_filename_component(name "${page}" NAME_WE)
  file(READ "${page}" text)
  string(APPEND code "    {\"${name}\", R\"page(${text})page\"},\n")
endforeach()
string(APPEND code "};\n\n}  // namespace\n\nstd::span<const Page> ${FUNCTION}() { return k_${FUNCTION}; }\n\n}  // namespace infra\n")
file(WRITE "${OUT}" "${code}")
