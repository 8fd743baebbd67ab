// SPDX-License-Identifier: Apache-2.0
/** Rollouts over HTTP, as JSON. */
@NullMarked
package dev.rivulet.registry.rollouts.http;

import org.jspecify.annotations.NullMarked;
