// The plan as one page of HTML that needs nothing beside it. Everything that came from outside is escaped.
#include <fmt/format.h>

#include "core/base/text.h"
#include "core/plan/plan_words.h"

namespace shardwright {

namespace {

std::string escaped(std::string_view foreign) {
  std::string out;
  for (const char c : printable(foreign)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

constexpr std::string_view style =
    "body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1c2430;background:#fff}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}th,td{text-align:left;padding:.3rem .6rem;"
    "border-bottom:1px solid #d5dae1}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}"
    "code{font-family:ui-monospace,monospace}.tally{font-size:1.15rem}.worse{font-weight:600}"
    "@media(prefers-color-scheme:dark){body{color:#e4e8ee;background:#14181e}th,td{border-color:#37404c}}";

std::string moveTable(const MigrationPlan& plan, const ShardingStrategy& strategy) {
  if (plan.moves.empty()) return {};
  std::string out = "<h2>Moves</h2><table><tr><th>Move</th><th class=n>Wave</th><th>What</th><th>From</th><th>To</th>"
                    "<th class=n>Rows</th><th class=n>Bytes</th><th>Why</th></tr>\n";
  for (const PlannedMove& move : plan.moves)
    out += fmt::format("<tr><td>{}</td><td class=n>{}</td><td><code>{}</code></td><td>{}</td><td>{}</td><td class=n>{}</td>"
                       "<td class=n>{}</td><td>{}</td></tr>\n",
                       escaped(move.id.text()), move.wave, escaped(subjectText(move, strategy)), escaped(move.source.text()),
                       escaped(move.target.text()), formatCount(move.rows), formatBytes(move.bytes), escaped(move.reason));
  return out + "</table>\n";
}

std::string boundList(const MigrationPlan& plan, const ShardingStrategy& strategy) {
  if (plan.splits.empty() && plan.merges.empty()) return {};
  std::string out = "<h2>Bounds</h2><ul>\n";
  for (const Token& at : plan.splits) out += fmt::format("<li>+ split at <code>{}</code></li>\n", escaped(strategy.formatToken(at)));
  for (const Token& at : plan.merges) out += fmt::format("<li>- merge at <code>{}</code></li>\n", escaped(strategy.formatToken(at)));
  return out + "</ul>\n";
}

std::string shardTable(const MigrationPlan& plan) {
  std::string out = "<h2>Utilisation</h2><table><tr><th>Shard</th><th class=n>Before</th><th class=n>After</th><th></th></tr>\n";
  for (const ShardChange& change : shardChanges(plan))
    out += fmt::format("<tr{}><td>{}</td><td class=n>{}</td><td class=n>{}</td><td>{}</td></tr>\n",
                       change.worse() ? " class=worse" : "", escaped(change.shard.text()), percentText(change.before),
                       percentText(change.after), change.worse() ? "fuller" : "");
  return out + "</table>\n";
}

std::string notes(const MigrationPlan& plan) {
  std::string out;
  if (!plan.risks.empty()) out += "<h2>Risks</h2><ul>\n";
  for (const PlanRisk& risk : plan.risks)
    out += fmt::format("<li><code>{}</code>: {}</li>\n", escaped(risk.id), escaped(risk.sentence));
  if (!plan.risks.empty()) out += "</ul>\n";
  if (!plan.refused.empty()) out += "<h2>Not done</h2><ul>\n";
  for (const RefusedCandidate& one : plan.refused)
    out += fmt::format("<li><code>{}</code>: {}</li>\n", escaped(one.subject), escaped(one.reason));
  if (!plan.refused.empty()) out += "</ul>\n";
  return out;
}

}  // namespace

std::string planToHtml(const MigrationPlan& plan) {
  const std::string title = fmt::format("Plan {}", escaped(plan.id.text()));
  std::string out = fmt::format("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title><style>{}</style>"
                                "</head><body>\n<h1>{}</h1>\n<p>{} of {}, made for map version {}</p>\n<p class=tally>{}</p>\n",
                                title, style, title, escaped(plan.goal), escaped(plan.keyspace.text()), plan.baseVersion,
                                escaped(tallyText(plan)));
  const auto strategy = ShardingStrategy::make(plan.strategy);
  if (!strategy) return out + "<p>" + escaped(strategy.error().message()) + "</p></body></html>\n";
  out += fmt::format("<p>{}<br>{}</p>\n", escaped(utilisationSentence(plan)), escaped(bytesSentence(plan)));
  out += boundList(plan, *strategy) + moveTable(plan, *strategy) + shardTable(plan) + notes(plan);
  return out + fmt::format("<p>Fingerprint <code>{}</code></p>\n</body></html>\n", fingerprintOf(plan));
}

}  // namespace shardwright
