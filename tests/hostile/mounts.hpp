#pragma once

#include <filesystem>

namespace reeld::test {

/// A small filesystem of its own at a folder, seen by this thread and the programs that it starts alone.
class SmallDisk {
 public:
  /// True when this process may mount one and make files there: root with that right, or anybody where users
  /// have namespaces.
  /// Call it before the first thread is started.
  static bool possible();

  SmallDisk(std::filesystem::path folder, int mib);
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  void set_read_only(bool read_only);
  /// Fills it with a file of zeros until `free_kib` are left; 0: none.
  void fill_up_to(int free_kib) const;
  /// Takes that file away.
  void make_room() const;

 private:
  std::filesystem::path filler() const { return folder_ / ".filler"; }

  std::filesystem::path folder_;
};

}  // namespace reeld::test
