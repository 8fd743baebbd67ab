// SPDX-License-Identifier: Apache-2.0
/** Stages over HTTP, as JSON. */
@NullMarked
package dev.rivulet.registry.stages.http;

import org.jspecify.annotations.NullMarked;
