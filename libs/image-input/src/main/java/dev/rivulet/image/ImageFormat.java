// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.image;

/** The formats that are read, known by their first bytes and never by a name or a media type. */
public enum ImageFormat {
    PNG,
    JPEG,
    GIF,
    BMP,
    WEBP
}
