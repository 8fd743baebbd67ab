/** Usage over HTTP. */
@NullMarked
package dev.rivulet.registry.usage.http;

import org.jspecify.annotations.NullMarked;
