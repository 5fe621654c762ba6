// catalog_holder FILE PLAN: takes the plan's lease, says its token, and holds it until it is killed.
#include <unistd.h>

#include <cstdio>

#include "core/catalog/catalog.h"

int main(int argc, char** argv) {
  using namespace shardwright;
  if (argc != 3) return 2;
  auto catalog = Catalog::open(argv[1], {currentActor("holder"), systemSeconds, {}, {}});
  if (!catalog) {
    std::fprintf(stderr, "%s\n", catalog.error().message().c_str());
    return 4;
  }
  const auto lease = catalog->takeLease(PlanId(argv[2]));
  if (!lease) {
    std::fprintf(stderr, "%s\n", lease.error().message().c_str());
    return 3;
  }
  std::printf("%lld\n", static_cast<long long>(lease->token.value));
  std::fflush(stdout);
  while (true) ::pause();
}
