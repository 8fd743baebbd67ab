// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.publication;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One publication.
 *
 * @param revision counts from 1 at each site
 * @param author whose token was shown: the name of a principal, or {@code service}
 * @param restored the revision whose values came back, if it is a rollback
 */
record Revision(long revision, String author, @Nullable Long restored, Instant at, List<Change> changes) {}
