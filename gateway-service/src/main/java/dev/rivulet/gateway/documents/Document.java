// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents;

import java.util.List;

/**
 * A document as it is kept.
 *
 * @param id {@code doc-…}
 * @param name as its owner calls it
 * @param bytes of its text
 * @param createdAt seconds since 1970
 */
public record Document(String id, String name, long bytes, long createdAt, List<String> passages) {
    public Document {
        passages = List.copyOf(passages);
    }
}
