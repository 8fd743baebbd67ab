// SPDX-License-Identifier: Apache-2.0
/** Blobs as objects of a bucket that speaks S3. */
@NullMarked
package dev.rivulet.registry.artifacts.s3;

import org.jspecify.annotations.NullMarked;
