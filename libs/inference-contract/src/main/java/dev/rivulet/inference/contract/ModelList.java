// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** The answer of {@code GET /v1/models}. */
public record ModelList(String object, List<Model> data) {

    public static ModelList of(List<Model> models) {
        return new ModelList("list", models);
    }

    /**
     * A model that answers.
     *
     * @param id its name, as requests give it
     * @param created since when this version serves, Unix time in seconds
     * @param version the version of the registry; not in OpenAI's schema
     * @param contextLength tokens of prompt and answer together; not in OpenAI's schema
     * @param capabilities what it can be asked for, as {@link ReplicaStatus.Served#capabilities}; left out if that is not known; not
     *     in OpenAI's schema
     */
    public record Model(
            String id,
            String object,
            long created,
            @JsonProperty("owned_by") String ownedBy,
            String version,
            @JsonProperty("context_length") int contextLength,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> capabilities) {

        public static Model of(String id, long created, String version, int contextLength, List<String> capabilities) {
            return new Model(id, "model", created, "rivulet", version, contextLength, capabilities);
        }
    }
}
