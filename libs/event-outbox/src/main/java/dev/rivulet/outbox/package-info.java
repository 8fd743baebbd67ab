// SPDX-License-Identifier: Apache-2.0
/** The outbox of a service: facts written with the state in one transaction, sent in order, never lost. */
@NullMarked
package dev.rivulet.outbox;

import org.jspecify.annotations.NullMarked;
