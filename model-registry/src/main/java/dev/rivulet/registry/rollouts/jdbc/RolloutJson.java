package dev.rivulet.registry.rollouts.jdbc;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** How events and snapshots are stored; apart from the JSON of HTTP, which may change. Fields that are not known are left out. */
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
        return MAPPER.readValue(json, type);
    }

    /** A name is stored as its text. */
    private abstract static class Name {

        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        Name(String value) {}

        @JsonValue
        abstract String value();
    }
}
