# reeld_embed_files(TARGET HEADER FILE...): compiles the files' bytes into TARGET.
#
# Generates HEADER (for example "embedded/migrations.hpp") with
#   namespace reeld::embedded { extern const std::vector<File> kMigrations; }
# where kMigrations comes from the header's name, and each File has its name and its text.
set(REELD_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/embed.cmake")

function(reeld_embed_files target header)
  get_filename_component(stem "${header}" NAME_WE)
  set(out_hpp "${CMAKE_BINARY_DIR}/generated/${header}")
  set(out_cpp "${CMAKE_BINARY_DIR}/generated/${stem}.cpp")
  list(JOIN ARGN "|" joined)
  add_custom_command(
    OUTPUT "${out_hpp}" "${out_cpp}"
    COMMAND ${CMAKE_COMMAND} "-DSTEM=${stem}" "-DHPP=${out_hpp}" "-DCPP=${out_cpp}" "-DHEADER=${header}"
            "-DFILES=${joined}" -P "${REELD_EMBED_SCRIPT}"
    DEPENDS ${ARGN} "${REELD_EMBED_SCRIPT}"
    VERBATIM)
  target_sources(${target} PRIVATE "${out_cpp}" "${out_hpp}")
  target_include_directories(${target} PUBLIC "${CMAKE_BINARY_DIR}/generated")
endfunction()
