// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.pictures;

import dev.rivulet.image.ImageHeader;

/**
 * A picture or a film of a request, of which the header alone was read.
 *
 * @param path where it is in the request
 * @param file its bytes; not to be changed
 * @param header what they say
 * @param frames pictures that it becomes, at least 1
 */
public record PictureAsk(String path, byte[] file, ImageHeader header, int frames) {}
