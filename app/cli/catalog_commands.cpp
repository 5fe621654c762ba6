#include <fmt/format.h>

#include "app/cli/table.h"
#include "app/cli/verb.h"
#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/text.h"

namespace shardwright::cli {

namespace {

struct None {};
constexpr auto nothing = [](Command&, None&) {};

// ---- init

struct Init {
  std::string environment = "test";
};

Result<Exit> init(Session& session, const Init& arguments) {
  const auto environment = TRY(parseEnvironment(arguments.environment));
  TRY(ShardManager::create({.catalog = session.catalog, .actor = session.actor}, environment));
  if (session.terminal.json) {
    session.terminal.document({{"catalog", session.catalog}, {"environment", environmentName(environment)}});
  } else {
    session.terminal.remark(fmt::format("Made the catalog {} for environment {}. Add shards: shard add NAME URL",
                                        session.catalog, environmentName(environment)));
  }
  return Exit::Done;
}

// ---- catalog backup, check

struct Backup {
  std::string file;
};

Result<Exit> backup(Session& session, const Backup& arguments) {
  auto manager = TRY(openManager(session));
  TRY(manager.upkeep().backup(arguments.file));
  if (session.terminal.json) session.terminal.document({{"backup", arguments.file}});
  session.terminal.remark(fmt::format("The catalog is copied to {}.", arguments.file));
  return Exit::Done;
}

Result<Exit> checkCatalog(Session& session, const None&) {
  auto manager = TRY(openManager(session));
  const auto findings = TRY(manager.upkeep().checkCatalog());
  if (session.terminal.json) {
    session.terminal.document({{"findings", findings}});
  } else {
    for (const std::string& finding : findings) session.terminal.print(fmt::format("{}\n", printable(finding)));
    if (findings.empty()) session.terminal.remark("The catalog is sound.");
  }
  return findings.empty() ? Exit::Done : Exit::Findings;
}

// ---- audit show, check

struct Audit {
  std::string subject;
};

// A detail that was tampered with is shown as it stands; audit check says so.
Json detailOf(const AuditEvent& event) {
  auto parsed = parseJson(event.detail);
  return parsed ? *std::move(parsed) : Json(printable(event.detail));
}

Json toJson(const AuditEvent& event) {
  return {{"sequence", event.sequence},
          {"at", formatUtc(event.at)},
          {"actor", event.actor},
          {"osUser", event.osUser},
          {"host", event.host},
          {"pid", event.pid},
          {"token", event.token},
          {"event", event.event},
          {"subject", event.subject},
          {"detail", detailOf(event)},
          {"previousHash", event.previousHash},
          {"hash", event.hash}};
}

Result<Exit> showAudit(Session& session, const Audit& arguments) {
  auto manager = TRY(openManager(session));
  const auto events = TRY(manager.upkeep().audit(arguments.subject));
  if (session.terminal.json) {
    Json list = Json::array();
    for (const AuditEvent& event : events) list.push_back(toJson(event));
    session.terminal.document({{"events", std::move(list)}});
    return Exit::Done;
  }
  Table table({{"number", Table::Align::Right}, {"time"}, {"who"}, {"event"}, {"about"}, {"detail"}});
  for (const AuditEvent& event : events) {
    const std::string who = event.actor == event.osUser ? event.actor : event.actor + " (" + event.osUser + ")";
    table.add({std::to_string(event.sequence), formatUtc(event.at), who, event.event, event.subject,
               event.detail == "{}" ? "" : printable(event.detail)});
  }
  session.terminal.print(table.text());
  return Exit::Done;
}

Result<Exit> checkAudit(Session& session, const None&) {
  auto manager = TRY(openManager(session));
  const auto problem = TRY(manager.upkeep().checkAudit());
  const auto head = TRY(manager.upkeep().auditHead());
  if (session.terminal.json) {
    session.terminal.document({{"sound", !problem.has_value()},
                               {"problem", problem ? Json(*problem) : Json()},
                               {"events", head.sequence},
                               {"head", head.hash}});
  } else if (problem) {
    session.terminal.print(printable(*problem) + "\n");
  } else {
    session.terminal.print(fmt::format("The chain of {} events is unbroken; its head is {}.\n", head.sequence, head.hash));
  }
  return problem ? Exit::Findings : Exit::Done;
}

}  // namespace

void addCatalogCommands(Command& root, Session& session) {
  addVerb<Init>(root, session, "init", "Makes an empty catalog", [](Command& command, Init& a) {
    command.option("--environment", a.environment, "development, test or production (two persons approve); default test");
  }, init);

  Command catalog = root.group("catalog", "The catalog file itself");
  addVerb<Backup>(catalog, session, "backup", "Copies the catalog while it is in use", [](Command& command, Backup& a) {
    command.option("FILE", a.file, "A file that is not there yet").required();
  }, backup);
  addVerb<None>(catalog, session, "check", "Its pages, maps and audit chain; exit 1 with findings", nothing, checkCatalog);

  Command audit = root.group("audit", "Who did what, as a chain of events");
  addVerb<Audit>(audit, session, "show", "The events, oldest first", [](Command& command, Audit& a) {
    command.option("--about", a.subject, "Only of this plan, shard or keyspace").placeholder("NAME");
  }, showAudit);
  addVerb<None>(audit, session, "check", "Whether no event was changed or removed; exit 1 if one was", nothing, checkAudit);
}

}  // namespace shardwright::cli
