// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.signing;

import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What was signed: an in-toto statement with the predicate of OpenSSF Model Signing, which lists files and their SHA-256, and with
 * the name and version of the model beside them, so that it holds for nothing else.
 *
 * @param files SHA-256 by path
 */
record SignedStatement(String model, String version, Map<String, String> files) {

    static final String TYPE = "https://in-toto.io/Statement/v1";
    static final String PREDICATE = "https://model_signing/signature/v1.0";

    /** @throws IllegalArgumentException if it is none; the message says why */
    static SignedStatement read(byte[] payload) {
        JsonNode json;
        try {
            json = JsonMapper.shared().readTree(payload);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("what was signed is not JSON", e);
        }
        require(json, "_type", TYPE);
        require(json, "predicateType", PREDICATE);
        Map<String, String> files = new TreeMap<>();
        for (JsonNode resource : json.path("predicate").path("resources")) {
            require(resource, "algorithm", "sha256");
            String name = resource.path("name").asString("");
            if (files.put(name, resource.path("digest").asString("")) != null) {
                throw new IllegalArgumentException("what was signed lists '" + name + "' twice");
            }
        }
        JsonNode bound = json.path("predicate").path("rivulet");
        return new SignedStatement(
                bound.path("model").asString(""), bound.path("version").asString(""), files);
    }

    private static void require(JsonNode json, String field, String value) {
        if (!json.path(field).asString("").equals(value)) {
            throw new IllegalArgumentException("the " + field + " of what was signed is not " + value);
        }
    }
}
