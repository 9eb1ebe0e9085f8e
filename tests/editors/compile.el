;;; compile.el --- What Emacs says of goplens.el  -*- lexical-binding: t; -*-

;; The warnings of the byte compiler and of checkdoc, as JSON, in the file that
;; GOPLENS_TEST_VERDICT names.

(require 'bytecomp)
(require 'checkdoc)
(require 'json)

(defvar said nil)

(let ((file (expand-file-name "goplens.el" (getenv "GOPLENS_TEST_PLUGIN")))
      (byte-compile-dest-file-function
       (lambda (_) (expand-file-name "~/goplens.elc")))
      (byte-compile-log-warning-function
       (lambda (text &rest _) (push text said)))
      (checkdoc-create-error-function
       (lambda (text start &rest _)
         (push (format "%d: %s" (line-number-at-pos start) text) said)
         nil)))
  (unless (byte-compile-file file)
    (push "it does not compile" said))
  (checkdoc-file file)
  (with-temp-file (getenv "GOPLENS_TEST_VERDICT")
    (insert (json-encode `((said . ,(vconcat said)))))))
(kill-emacs)
;;; compile.el ends here
