// SPDX-License-Identifier: Apache-2.0
/** Dead letters over HTTP. */
@NullMarked
package dev.rivulet.registry.deadletters.http;

import org.jspecify.annotations.NullMarked;
