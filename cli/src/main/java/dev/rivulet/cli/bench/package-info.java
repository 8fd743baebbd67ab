/** Measures the platform from outside, over HTTP, as a client sees it. */
@NullMarked
package dev.rivulet.cli.bench;

import org.jspecify.annotations.NullMarked;
