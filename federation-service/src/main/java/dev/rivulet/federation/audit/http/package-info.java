// SPDX-License-Identifier: Apache-2.0
/** Audit logs over HTTP: the log itself, a checkpoint, the public key. */
@NullMarked
package dev.rivulet.federation.audit.http;

import org.jspecify.annotations.NullMarked;
