/** Keeps API keys on a compacted topic. */
@NullMarked
package dev.rivulet.gateway.identity.kafka;

import org.jspecify.annotations.NullMarked;
