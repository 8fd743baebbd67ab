/** Blobs as files of one folder. */
@NullMarked
package dev.rivulet.registry.artifacts.disk;

import org.jspecify.annotations.NullMarked;
