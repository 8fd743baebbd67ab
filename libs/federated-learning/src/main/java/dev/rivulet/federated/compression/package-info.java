// SPDX-License-Identifier: Apache-2.0
/** Making updates small enough for a slow link, and their form on the wire. */
@NullMarked
package dev.rivulet.federated.compression;

import org.jspecify.annotations.NullMarked;
