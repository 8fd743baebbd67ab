// SPDX-License-Identifier: Apache-2.0
/** Usage over HTTP. */
@NullMarked
package dev.rivulet.registry.usage.http;

import org.jspecify.annotations.NullMarked;
