// What Amazon SES takes once or not at all: fields that may stand once, and the extensions of files that it refuses.

/** Fields that Amazon SES takes only once (developer guide, "Header fields in Amazon SES"), and To, Cc and Bcc (RFC 5322 s3.6). */
export const sesOnceOnly: readonly string[] = Object.freeze(
  (
    "Accept-Language acceptLanguage Archived-At Auto-Submitted Bounces-to Comments Content-Alternative Content-Base " +
    "Content-Class Content-Description Content-Disposition Content-Duration Content-ID Content-Language " +
    "Content-Length Content-Location Content-MD5 Content-Transfer-Encoding Content-Type Date Delivered-To " +
    "Disposition-Notification-Options Disposition-Notification-To DKIM-Signature DomainKey-Signature Errors-To From " +
    "Importance In-Reply-To Keywords List-Archive List-Help List-Id List-Owner List-Post List-Subscribe " +
    "List-Unsubscribe List-Unsubscribe-Post Message-Context Message-ID MIME-Version Organization Original-From " +
    "Original-Message-ID Original-Recipient Original-Subject Precedence Priority References Reply-To Return-Path " +
    "Return-Receipt-To Sender Solicitation Sensitivity Subject Thread-Index Thread-Topic User-Agent VBR-Info To Cc Bcc"
  ).split(" "),
);

/** Extensions of files that SES refuses ("Amazon SES unsupported attachment types"), lower case, without a period. */
export const sesBlockedExtensions: readonly string[] = Object.freeze(
  `ade adp app asp bas bat cer chm cmd com cpl crt csh der exe fxp gadget hlp hta inf ins isp its js jse ksh lib lnk mad
  maf mag mam maq mar mas mat mau mav maw mda mdb mde mdt mdw mdz msc msh msh1 msh1xml msh2 msh2xml mshxml msi msp mst
  ops pcd pif plg prf prg ps1 ps1xml ps2 ps2xml psc1 psc2 reg scf scr sct shb shs sys tmp url vb vbe vbs vps vsmacros
  vss vst vsw vxd ws wsc wsf wsh xnk`.split(/\s+/),
);
