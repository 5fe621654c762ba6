#include "core/plan/strategy_json.h"

#include "core/base/bytes.h"
#include "core/base/json.h"
#include "core/load/fields.h"

namespace shardwright {

Json strategyToJson(const StrategySpec& spec) {
  return {{"kind", strategyName(spec.kind)},
          {"keyType", keyTypeName(spec.keyType)},
          {"dialect", spec.dialect.empty() ? Json() : Json(spec.dialect)},
          {"slots", spec.slotCount ? Json(*spec.slotCount) : Json()}};
}

Result<StrategySpec> strategyFromJson(const Json& json) {
  const Fields fields = TRY(Fields::of(json, "strategy"));
  TRY(fields.onlyThese({"kind", "keyType", "dialect", "slots"}));
  std::string kind, type;
  TRY(fields.read("kind", kind));
  TRY(fields.read("keyType", type));
  StrategySpec spec;
  spec.kind = TRY(parseStrategyKind(kind));
  spec.keyType = TRY(parseKeyType(type));
  TRY(fields.readIf("dialect", spec.dialect));
  TRY(fields.readIf("slots", spec.slotCount, 1));
  return spec;
}

std::string planJsonFingerprint(const Json& plan) {
  // Written part by part, as canonicalJson would write the whole: a plan of a large map is not copied for its digest.
  Sha256 digest;
  char separator = '{';
  for (const auto& [name, value] : plan.items()) {
    if (name == "id" || name == "fingerprint" || name == "state" || name == "approvals") continue;
    digest.add(std::string(1, separator) + canonicalJson(Json(name)) + ":");
    digest.add(canonicalJson(value));
    separator = ',';
  }
  digest.add(separator == '{' ? "{}" : "}");
  return digest.hex();
}

}  // namespace shardwright
