// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import dev.rivulet.inference.contract.TokenCount;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One request for a model, admitted and read.
 *
 * @param path the path at the replica, one of those of {@link Endpoint}
 * @param envelope what is known of the body
 * @param body the JSON body; never changed in place
 * @param headers further headers for the replica, in lower case: the trace
 * @param passage who asks, and what is recorded of it
 */
public record Ask(String path, Envelope envelope, byte[] body, Map<String, String> headers, Passage passage) {

    /** Whether the tokens of its prompt are to be counted and nothing is to be generated. */
    public boolean counts() {
        return path.equals(TokenCount.PATH);
    }

    /** The same request with another path, body or model. */
    public Ask with(String otherPath, Envelope otherEnvelope, byte[] otherBody) {
        return new Ask(otherPath, otherEnvelope, otherBody, headers, passage);
    }

    /** The version of the model that is to answer it; empty for the one that answers those who name none. */
    public Optional<String> version() {
        return Optional.ofNullable(headers.get(ModelVersion.HEADER));
    }

    /** The same request for one version of its model. */
    public Ask of(String version) {
        Map<String, String> pinned = new HashMap<>(headers);
        pinned.put(ModelVersion.HEADER, version);
        return new Ask(path, envelope, body, Map.copyOf(pinned), passage);
    }

    /** The same request in another passage. */
    public Ask in(Passage other) {
        return new Ask(path, envelope, body, headers, other);
    }

    /** The same request with these further headers. */
    public Ask traced(Map<String, String> trace) {
        return new Ask(path, envelope, body, trace, passage);
    }
}
