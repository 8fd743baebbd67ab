@NullMarked
package dev.rivulet.registry.callers.jdbc;

import org.jspecify.annotations.NullMarked;
