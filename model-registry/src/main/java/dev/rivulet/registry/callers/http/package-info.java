@NullMarked
package dev.rivulet.registry.callers.http;

import org.jspecify.annotations.NullMarked;
