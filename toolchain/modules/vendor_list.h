// vendor/modules.txt: which modules the folder holds packages of, and whether it fits go.mod.
// Source: Go Modules Reference, "Vendoring".
#ifndef GANNET_TOOLCHAIN_MODULES_VENDOR_LIST_H
#define GANNET_TOOLCHAIN_MODULES_VENDOR_LIST_H

#include "toolchain/modules/mod_file.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gannet::modules {

struct VendorList {
  struct Entry {
    ModuleVersion module;
    bool is_explicit = false; // required by go.mod itself
    std::string go;
    ModuleVersion replacement;
    bool has_packages = false;
  };
  std::vector<Entry> entries; // in order of appearance
  std::map<std::string, ModuleVersion> package_module;
  bool for_workspace = false;

  const Entry *find(const ModuleVersion &m) const;
};

VendorList parseVendorList(std::string_view text);

// What of a main module (or workspace) the list must agree with.
struct VendorClaims {
  struct Main {
    std::string shown; // of its go.mod, as messages name it
    const ModFile *file;
  };
  std::vector<Main> mains;
  const ModFile *work = nullptr;
  bool before_1_14 = false; // the list did not yet say what is explicit
};

// The lines that `go` prints of an inconsistent folder, each with a leading "\n\t"; empty if it is consistent.
std::string vendorFaults(const VendorList &list, const VendorClaims &claims);

} // namespace gannet::modules

#endif
