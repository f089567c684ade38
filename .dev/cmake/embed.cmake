# Runs at build time: writes FILES (joined by |) as raw string literals. See EmbedFiles.cmake.
string(REPLACE "|" ";" files "${FILES}")
string(SUBSTRING "${STEM}" 0 1 first)
string(TOUPPER "${first}" first)
string(SUBSTRING "${STEM}" 1 -1 rest)
set(symbol "k${first}${rest}")

file(WRITE "${HPP}" "#pragma once\n#include <string_view>\n#include <vector>\nnamespace reeld::embedded {\n"
  "#ifndef REELD_EMBEDDED_FILE\n#define REELD_EMBEDDED_FILE\nstruct File { std::string_view name; std::string_view text; };\n#endif\n"
  "extern const std::vector<File> ${symbol};\n}  // namespace reeld::embedded\n")

set(body "#include \"${HEADER}\"\nnamespace reeld::embedded {\nconst std::vector<File> ${symbol} = {\n")
foreach(path IN LISTS files)
  get_filename_component(name "${path}" NAME)
  file(READ "${path}" text)
  string(APPEND body "    {\"${name}\", R\"__reeld(${text})__reeld\"},\n")
endforeach()
file(WRITE "${CPP}" "${body}};\n}  // namespace reeld::embedded\n")
