# Third-party libraries, all from Debian 12's packages (./dev names them).
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(SQLite3 3.40 REQUIRED)
find_package(Threads REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(spdlog 1.10 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(tomlplusplus 3.0 REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(PkgConfig REQUIRED)
# CMake's package of prometheus-cpp states no version.
pkg_check_modules(prometheus REQUIRED prometheus-cpp-core>=1.0)
pkg_check_modules(systemd REQUIRED IMPORTED_TARGET libsystemd>=252)

# Asio and Beast are compiled once, in the three files of .dev/cmake/boost, instead of in every file that uses them.
add_library(reeld_boost STATIC
  "${CMAKE_SOURCE_DIR}/.dev/cmake/boost/asio.cpp"
  "${CMAKE_SOURCE_DIR}/.dev/cmake/boost/asio_ssl.cpp"
  "${CMAKE_SOURCE_DIR}/.dev/cmake/boost/beast.cpp")
target_compile_definitions(reeld_boost PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(reeld_boost PUBLIC Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
