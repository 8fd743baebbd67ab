// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.jdbc;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import dev.rivulet.registry.rollouts.analysis.FeedbackLimits;
import dev.rivulet.registry.rollouts.analysis.ShadowLimits;
import java.time.Duration;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How events and snapshots are stored; apart from the JSON of HTTP, which may change. Fields that are not known are left out. A
 * plan that was stored before it had a field gets the field's usual value.
 */
final class RolloutJson {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .addMixIn(ModelName.class, Name.class)
            .addMixIn(VersionName.class, Name.class)
            .build();

    private RolloutJson() {}

    static String write(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    static <T> T read(String json, Class<T> type) {
        JsonNode stored = MAPPER.readTree(json);
        if (stored.get("plan") instanceof ObjectNode plan) {
            upcast(plan);
        }
        return MAPPER.treeToValue(stored, type);
    }

    private static void upcast(ObjectNode plan) {
        plan.putIfAbsent("shadow_time", MAPPER.valueToTree(Duration.ZERO));
        if (plan.get("limits") instanceof ObjectNode limits) {
            limits.putIfAbsent("feedback", MAPPER.valueToTree(FeedbackLimits.USUAL));
            limits.putIfAbsent("shadow", MAPPER.valueToTree(ShadowLimits.USUAL));
        }
    }

    /** A name is stored as its text. */
    private abstract static class Name {

        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        Name(String value) {}

        @JsonValue
        abstract String value();
    }
}
