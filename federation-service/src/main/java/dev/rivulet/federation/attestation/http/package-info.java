// SPDX-License-Identifier: Apache-2.0
/** Challenges for devices, and what operators want of devices, over HTTP. */
@NullMarked
package dev.rivulet.federation.attestation.http;

import org.jspecify.annotations.NullMarked;
