// The child of tst_crash_points: writes named transactions to a database under a crash order, or hangs.
//   crash_child write DATABASE ORDER RECORD    crash_child hang
#include <unistd.h>

#include <cstdio>
#include <string>

#include "tests/support/crash_points.h"

using namespace shardwright;
using namespace shardwright::test;

namespace {

Done writeAll(const std::string& path, const std::shared_ptr<CrashPoints>& points) {
  sqlite::Database::Options options;
  options.role = "source";
  options.watch = points;
  auto db = TRY(sqlite::Database::open(path, std::move(options)));
  for (const std::string name : {"begin", "step", "step", "step", "end"}) {
    auto transaction = TRY(sqlite::Transaction::write(db, name));
    TRY(db.execute("INSERT INTO done VALUES('" + name + "')"));
    if (const auto committed = transaction.commit(); !committed) std::printf("%s\n", committed.error().message().c_str());
  }
  return {};
}

}  // namespace

int main(int count, char** words) {
  if (count == 2 && std::string(words[1]) == "hang")
    for (;;) ::pause();
  if (count != 5) return 2;
  const auto order = parseCrashOrder(words[3]);
  if (!order) return 2;
  const auto points = std::make_shared<CrashPoints>(*order, words[4]);
  const auto done = writeAll(words[2], points);
  if (!done) std::printf("%s\n", done.error().message().c_str());
  return done ? points->wasReached() ? 10 : 0 : 4;
}
