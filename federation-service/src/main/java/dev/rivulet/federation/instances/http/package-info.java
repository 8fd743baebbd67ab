// SPDX-License-Identifier: Apache-2.0
/** Requests on their way to the leader. */
@NullMarked
package dev.rivulet.federation.instances.http;

import org.jspecify.annotations.NullMarked;
