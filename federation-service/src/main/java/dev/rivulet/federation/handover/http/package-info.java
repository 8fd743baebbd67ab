// SPDX-License-Identifier: Apache-2.0
/** Where the versions of a federation go, over HTTP. */
@NullMarked
package dev.rivulet.federation.handover.http;

import org.jspecify.annotations.NullMarked;
