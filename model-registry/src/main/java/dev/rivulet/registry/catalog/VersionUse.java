// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import java.util.Optional;

/** What needs versions for a time beside the aliases that point to them; there may be several. */
public interface VersionUse {

    /** What needs the version now, in words that end a sentence; the version is not removed then. Joins the caller's transaction. */
    Optional<String> of(ModelName model, VersionName version);
}
