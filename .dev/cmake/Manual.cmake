# The manual pages, and what completes the command line in a shell. Their lists of verbs, options and keys come from the
# program itself and from config/reeld.toml.
set(REELD_MANUAL_DIR "${CMAKE_BINARY_DIR}/manual")
file(MAKE_DIRECTORY "${REELD_MANUAL_DIR}")
set(REELD_MANUAL_FILES "")

# reeld_completion(KIND FILE): what `reeld completion KIND` prints.
function(reeld_completion kind file)
  add_custom_command(OUTPUT "${REELD_MANUAL_DIR}/${file}"
    COMMAND reeld completion ${kind} > "${REELD_MANUAL_DIR}/${file}" DEPENDS reeld VERBATIM)
  set(REELD_MANUAL_FILES ${REELD_MANUAL_FILES} "${REELD_MANUAL_DIR}/${file}" PARENT_SCOPE)
endfunction()
reeld_completion(bash reeld.bash)
reeld_completion(zsh _reeld)
reeld_completion(fish reeld.fish)
reeld_completion(man verbs.md)

add_custom_command(OUTPUT "${REELD_MANUAL_DIR}/keys.md"
  COMMAND awk -f "${CMAKE_SOURCE_DIR}/.dev/man/keys.awk" "${CMAKE_SOURCE_DIR}/config/reeld.toml"
          > "${REELD_MANUAL_DIR}/keys.md"
  DEPENDS "${CMAKE_SOURCE_DIR}/.dev/man/keys.awk" "${CMAKE_SOURCE_DIR}/config/reeld.toml" VERBATIM)

find_program(REELD_MD2MAN go-md2man DOC "Makes manual pages of Markdown (Debian: go-md2man)")
if(NOT REELD_MD2MAN)
  message(STATUS "No manual pages: go-md2man is missing")
endif()

# reeld_manual_page(NAME SECTION): docs/man/NAME.SECTION.md as NAME.SECTION.gz.
function(reeld_manual_page name section)
  set(page "${REELD_MANUAL_DIR}/${name}.${section}")
  set(source "${CMAKE_SOURCE_DIR}/docs/man/${name}.${section}.md")
  set(made "${page}.md")
  add_custom_command(OUTPUT "${page}.md"
    COMMAND ${CMAKE_COMMAND} "-DPAGE=${source}" "-DOUT=${page}.md" "-DDATE=${REELD_RELEASE_DATE}"
            "-DVERSION=${PROJECT_VERSION}" "-DVERBS=${REELD_MANUAL_DIR}/verbs.md" "-DKEYS=${REELD_MANUAL_DIR}/keys.md"
            -P "${CMAKE_SOURCE_DIR}/.dev/man/page.cmake"
    DEPENDS "${source}" "${CMAKE_SOURCE_DIR}/.dev/man/page.cmake" "${REELD_MANUAL_DIR}/verbs.md"
            "${REELD_MANUAL_DIR}/keys.md"
    VERBATIM)
  if(REELD_MD2MAN)
    add_custom_command(OUTPUT "${page}.gz"
      COMMAND "${REELD_MD2MAN}" -in "${page}.md" -out "${page}"
      COMMAND gzip -9nf "${page}"
      DEPENDS "${page}.md" VERBATIM)
    list(APPEND made "${page}.gz")
    install(FILES "${page}.gz" DESTINATION "${CMAKE_INSTALL_MANDIR}/man${section}")
  endif()
  set(REELD_MANUAL_FILES ${REELD_MANUAL_FILES} ${made} PARENT_SCOPE)
endfunction()
reeld_manual_page(reeld 1)
reeld_manual_page(reeld.toml 5)
reeld_manual_page(reeld-job 5)

add_custom_target(reeld_manual ALL DEPENDS ${REELD_MANUAL_FILES})

set(REELD_ZSH_DIR "${CMAKE_INSTALL_DATADIR}/zsh/site-functions" CACHE STRING "The folder of zsh's completions")
install(FILES "${REELD_MANUAL_DIR}/reeld.bash"
  DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" RENAME reeld)
install(FILES "${REELD_MANUAL_DIR}/_reeld" DESTINATION "${REELD_ZSH_DIR}")
install(FILES "${REELD_MANUAL_DIR}/reeld.fish" DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")
