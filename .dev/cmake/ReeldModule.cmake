# reeld_module(NAME SOURCES... LINK...): the static library reeld_NAME for one folder of the source tree.
function(reeld_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PRIVATE_LINK" ${ARGN})
  add_library(reeld_${name} STATIC ${ARG_SOURCES})
  target_include_directories(reeld_${name} PUBLIC "${CMAKE_SOURCE_DIR}")
  target_link_libraries(reeld_${name} PUBLIC ${ARG_LINK} PRIVATE reeld_warnings ${ARG_PRIVATE_LINK})
endfunction()
