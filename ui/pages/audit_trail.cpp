#include "ui/pages/audit_trail.h"

#include <QLocale>
#include <QStringList>
#include <algorithm>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/manager/shard_manager.h"
#include "ui/theme/format.h"
#include "ui/theme/icons.h"
#include "ui/widgets/export_button.h"

namespace shardwright::ui {

namespace {

constexpr std::int64_t page = 10'000;
constexpr std::size_t longestValue = 120;  // bytes of a value in a line
constexpr std::size_t longValue = 30;      // hashes, identities

// A detail that was tampered with is shown as it stands; the chain check says so.
Json detailOf(const AuditEvent& event) {
  auto parsed = parseJson(event.detail);
  return parsed ? *std::move(parsed) : Json(printable(event.detail));
}

// Whether `known` still stands in the catalog as it was read.
Result<bool> stillThere(Catalog& catalog, const AuditEvent& known) {
  const auto now = TRY(catalog.auditEvents(known.sequence - 1, 1));
  return !now.empty() && now.front().sequence == known.sequence && now.front().hash == known.hash;
}

QStringList detailParts(const AuditEvent& event, bool brief) {
  const auto parsed = parseJson(event.detail);
  if (!parsed || !parsed->is_object()) return {said(printable(event.detail))};
  QStringList parts, longOnes;
  for (const auto& [name, value] : parsed->items()) {
    const std::string words = value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (brief && (words == event.subject || words.empty())) continue;
    const QString part = text(printable(name)) + QLatin1Char(' ') + text(printable(words, longestValue));
    (words.size() > longValue ? longOnes : parts) << part;
  }
  return parts + longOnes;
}

}  // namespace

Result<AuditTrail> readAuditTrail(ShardManager& manager, const AuditTrail* before) {
  Catalog& catalog = manager.catalog();
  AuditTrail trail;
  if (before != nullptr && !before->events.empty()) {
    const bool stands = TRY(stillThere(catalog, *before->events.back()));
    if (stands) trail.events = before->events;
  }
  while (true) {
    auto more = TRY(catalog.auditEvents(trail.events.empty() ? 0 : trail.events.back()->sequence, page));
    for (AuditEvent& event : more) trail.events.push_back(std::make_shared<const AuditEvent>(std::move(event)));
    if (std::ssize(more) < page) break;
  }
  trail.head = TRY(catalog.auditHead());
  return trail;
}

Result<ChainCheck> checkChain(ShardManager& manager) {
  ChainCheck check;
  check.problem = TRY(manager.upkeep().checkAudit());
  check.head = TRY(manager.upkeep().auditHead());
  return check;
}

bool AuditFilter::keeps(const AuditEvent& event) const {
  if (!plan.isEmpty() && text(event.subject) != plan) return false;
  if (!person.isEmpty() && text(event.actor) != person) return false;
  if (until != 0 && (event.at < from || event.at >= until)) return false;
  if (words.isEmpty()) return true;
  const auto has = [&](const std::string& where) { return text(where).contains(words, Qt::CaseInsensitive); };
  return has(event.subject) || has(event.event) || eventWords(event.event).contains(words, Qt::CaseInsensitive) || has(event.detail);
}

QString eventWords(const std::string& event) {
  QString words = text(printable(event, 80));
  words.replace(QLatin1Char('.'), QLatin1Char(' ')).replace(QLatin1Char('-'), QLatin1Char(' '));
  if (!words.isEmpty()) words[0] = words[0].toUpper();
  return words;
}

QString eventIcon(const std::string& event) {
  const std::string about = event.substr(0, event.find('.'));
  if (about == "plan") return event == "plan.approved" ? QStringLiteral("approvals") : QStringLiteral("plans");
  if (about == "move" || about == "moves") return QStringLiteral("move");
  if (about == "map" || about == "keyspace") return QStringLiteral("map");
  if (about == "shard") return QStringLiteral("connections");
  if (about == "lease") return QStringLiteral("executions");
  return QStringLiteral("audit");
}

QString whoText(const AuditEvent& event) {
  const QString who = text(printable(event.actor, 80));
  return event.actor == event.osUser ? who : QStringLiteral("%1 (%2)").arg(who, text(printable(event.osUser, 80)));
}

QString detailLine(const AuditEvent& event) { return detailParts(event, true).join(QStringLiteral(" · ")); }
QString detailLines(const AuditEvent& event) { return detailParts(event, false).join(QLatin1Char('\n')); }

QString momentText(UnixSeconds when) {
  const QDateTime time = QDateTime::fromSecsSinceEpoch(when);
  const QDate today = QDate::currentDate();
  if (time.date() == today) return time.toString(QStringLiteral("HH:mm:ss"));
  return QLocale().toString(time, time.date().year() == today.year() ? QStringLiteral("d MMM HH:mm:ss") : QStringLiteral("d MMM yyyy HH:mm"));
}

std::string auditCsv(const std::vector<std::shared_ptr<const AuditEvent>>& events) {
  std::string out = csvLine({"sequence", "at", "actor", "osUser", "host", "pid", "event", "subject", "detail", "hash"});
  for (const auto& event : events)
    out += csvLine({std::to_string(event->sequence), formatUtc(event->at), event->actor, event->osUser, event->host, std::to_string(event->pid), event->event,
                    event->subject, event->detail, event->hash});
  return out;
}

std::string auditJson(const std::vector<std::shared_ptr<const AuditEvent>>& events) {
  Json list = Json::array();
  for (const auto& event : events)
    list.push_back({{"sequence", event->sequence},
                    {"at", formatUtc(event->at)},
                    {"actor", event->actor},
                    {"osUser", event->osUser},
                    {"host", event->host},
                    {"pid", event->pid},
                    {"token", event->token},
                    {"event", event->event},
                    {"subject", event->subject},
                    {"detail", detailOf(*event)},
                    {"previousHash", event->previousHash},
                    {"hash", event->hash}});
  return Json{{"events", std::move(list)}}.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace shardwright::ui
